-- +goose Up
-- What a registration was before an operation was booked: cancelling the booking puts it back (mission S6). Operations booked before this
-- migration do not know; cancelling one of those leaves the state.
ALTER TABLE operation ADD COLUMN before_state TEXT NOT NULL DEFAULT '';
ALTER TABLE operation ADD COLUMN before_verified_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE operation ADD COLUMN before_verified_by TEXT NOT NULL DEFAULT '';
