-- +goose Up

-- Who changed the e-mail address of a person, and when: codes that the same operator makes soon after are suspect (decisions/0010).
CREATE TABLE contact_change (
    person_id   TEXT    NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    operator_id TEXT    NOT NULL,
    changed_at  BIGINT  NOT NULL,
    first       BOOLEAN NOT NULL
);
CREATE INDEX contact_change_person ON contact_change (person_id, changed_at);
