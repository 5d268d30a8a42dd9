-- +goose Up

-- What an ente has left to do, and its figures by day.
CREATE INDEX operation_ente_open ON operation (ente_id, booked_at) WHERE outcome = 'A';
CREATE INDEX operation_ente ON operation (ente_id, booked_at, kind, outcome, closed_at);
CREATE INDEX outbox_failed ON outbox (failed_at) WHERE failed_at <> 0;
