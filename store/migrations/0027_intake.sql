-- +goose Up

-- Where requests come in by themselves, a mailbox or a folder: when it was last read to its end, and since when it cannot be.
CREATE TABLE intake (
    name      TEXT   PRIMARY KEY,
    read_at   BIGINT NOT NULL,
    failed_at BIGINT NOT NULL,
    fault     TEXT   NOT NULL,
    aside     BIGINT NOT NULL
);
CREATE INDEX person_email ON person (realm, lower(email)) WHERE email <> '';
