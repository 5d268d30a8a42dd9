-- +goose Up

-- What somebody writes from home, apart from the registrations: sealed, and gone by itself (001 §3.1, §3.3). "browser" and "link" are hashes of
-- the tokens that the writer's browser and the mail hold. The number is the one of the registration that comes of it; for somebody who was
-- registered before it is a second name of that registration, for as long as the row is kept.
CREATE TABLE application (
    id              TEXT    PRIMARY KEY,
    realm           TEXT    NOT NULL,
    community       TEXT    NOT NULL,
    door            TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    browser         TEXT    NOT NULL,
    link            TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    registration_id TEXT    REFERENCES registration (id) ON DELETE CASCADE,
    outcome         TEXT    NOT NULL,
    data            BYTEA,
    created_at      BIGINT  NOT NULL,
    sent_at         BIGINT  NOT NULL,
    expires_at      BIGINT  NOT NULL,
    confirmed_at    BIGINT  NOT NULL,
    settled_at      BIGINT  NOT NULL,
    next_at         BIGINT  NOT NULL,
    data_until      BIGINT  NOT NULL,
    kept_until      BIGINT  NOT NULL,
    version         INTEGER NOT NULL
);
CREATE UNIQUE INDEX application_browser ON application (browser);
CREATE UNIQUE INDEX application_link ON application (link) WHERE link <> '';
CREATE UNIQUE INDEX application_number ON application (number) WHERE number <> '';
CREATE INDEX application_due ON application (next_at) WHERE state = 'confermata';
CREATE INDEX application_data ON application (data_until) WHERE data_until > 0;
CREATE INDEX application_kept ON application (kept_until);
CREATE INDEX application_registration ON application (registration_id) WHERE registration_id IS NOT NULL;

-- That somebody has read the informativa, or accepted the Regolamento, online and apart from an operation (GDPR art. 13; mission B04, S14).
CREATE TABLE acknowledgement (
    registration_id TEXT   NOT NULL REFERENCES registration (id) ON DELETE CASCADE,
    text            TEXT   NOT NULL,
    text_version    TEXT   NOT NULL,
    sha256          TEXT   NOT NULL,
    lang            TEXT   NOT NULL,
    channel         TEXT   NOT NULL,
    at              BIGINT NOT NULL,
    PRIMARY KEY (registration_id, text, at)
);
