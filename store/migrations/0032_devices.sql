-- +goose Up

-- Since when browsers that have come in are remembered; those before were forgotten by the citizen. 0 remembers all since the credentials were set.
ALTER TABLE credential ADD COLUMN devices_since BIGINT NOT NULL DEFAULT 0;
