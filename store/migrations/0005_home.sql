-- +goose Up

-- Who signed: the citizen, or somebody who acts for them by a declaration (F06).
ALTER TABLE acceptance ADD COLUMN signed_by TEXT NOT NULL DEFAULT 'titolare';

-- The register of revocations: what stays of a registration that was erased, sealed (mission S31).
CREATE TABLE revocation (
    id         TEXT   PRIMARY KEY,
    person_mac TEXT   NOT NULL,
    revoked_at BIGINT NOT NULL,
    line       BYTEA  NOT NULL
);
CREATE INDEX revocation_person ON revocation (person_mac);

-- An erasure must not read whole tables.
CREATE INDEX username_registration ON username (registration_id);
CREATE INDEX outbox_registration ON outbox (registration_id);
