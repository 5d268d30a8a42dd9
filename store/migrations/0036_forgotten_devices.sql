-- +goose Up

-- The browsers that the citizen had forgotten one by one since devices_since and set_at: a list of their marks, as JSON.
ALTER TABLE credential ADD COLUMN forgotten_devices TEXT NOT NULL DEFAULT '[]';
