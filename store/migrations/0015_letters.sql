-- +goose Up

-- Letters that go by ordinary post (C03, Y07). The secret is sealed until the letter has been handed over to the post.
CREATE TABLE letter (
    id              TEXT    PRIMARY KEY,
    number          TEXT    NOT NULL UNIQUE,
    kind            TEXT    NOT NULL,
    community       TEXT    NOT NULL,
    registration_id TEXT    NOT NULL,
    operation_id    TEXT    NOT NULL,
    lang            TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    lines           TEXT    NOT NULL,
    fault           TEXT    NOT NULL,
    proof           TEXT    NOT NULL,
    note            TEXT    NOT NULL,
    sealed          BYTEA,
    secret          TEXT    NOT NULL,
    replaces        TEXT    NOT NULL,
    instead         TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    cause           TEXT    NOT NULL,
    run_id          TEXT    NOT NULL,
    place           INTEGER NOT NULL,
    created_at      BIGINT  NOT NULL,
    sent_at         BIGINT  NOT NULL,
    closed_at       BIGINT  NOT NULL,
    version         INTEGER NOT NULL
);
CREATE INDEX letter_registration ON letter (registration_id, created_at) WHERE registration_id <> '';
CREATE INDEX letter_state ON letter (community, state, created_at, id);
CREATE UNIQUE INDEX letter_run ON letter (run_id, place) WHERE run_id <> '';
-- One letter at a time is on its way to a person.
CREATE UNIQUE INDEX letter_open ON letter (registration_id) WHERE registration_id <> '' AND state IN ('da correggere', 'da stampare', 'in lotto');
