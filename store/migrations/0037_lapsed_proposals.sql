-- +goose Up

-- When the time of a proposed tax code was over: its data are then destroyed, and the row says so for a while. 0 while it waits.
ALTER TABLE code_proposal ADD COLUMN lapsed_at BIGINT NOT NULL DEFAULT 0;
