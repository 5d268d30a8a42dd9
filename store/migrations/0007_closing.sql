-- +goose Up

-- Obsolete accounts outside the database that are to be closed (001 §5.1.2.3): kept in the act, done afterwards, tried until the directory
-- confirms. The person is known by the keyed hash of the tax code alone.
CREATE TABLE closing (
    id           TEXT    PRIMARY KEY,
    form         TEXT    NOT NULL,
    person_mac   TEXT    NOT NULL,
    operator_id  TEXT    NOT NULL,
    ente_id      TEXT    NOT NULL,
    account      TEXT    NOT NULL,
    service      TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    requested_at BIGINT  NOT NULL,
    next_at      BIGINT  NOT NULL,
    closed_at    BIGINT  NOT NULL
);
CREATE INDEX closing_form ON closing (form);
CREATE INDEX closing_open ON closing (next_at) WHERE closed_at = 0;
CREATE INDEX closing_person ON closing (person_mac) WHERE closed_at = 0;
