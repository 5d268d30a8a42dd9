-- +goose Up

-- What a line of the list shows, so that a page is read from one table instead of three.
CREATE TABLE wider_listing (
    number        TEXT    PRIMARY KEY,
    realm         TEXT    NOT NULL,
    community     TEXT    NOT NULL,
    tax_code      TEXT    NOT NULL,
    surname       TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    province      TEXT    NOT NULL,
    comune        TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    strong        BOOLEAN NOT NULL,
    created_at    BIGINT  NOT NULL,
    shown_surname TEXT    NOT NULL,
    shown_name    TEXT    NOT NULL,
    city          TEXT    NOT NULL,
    nation        TEXT    NOT NULL,
    pending       TEXT    NOT NULL,
    changed       BIGINT  NOT NULL
);
INSERT INTO wider_listing
    SELECT listing.number, listing.realm, listing.community, listing.tax_code, listing.surname, listing.name, listing.province, listing.comune,
        listing.state, listing.strong, listing.created_at, person.surname, person.name, person.city, person.nation,
        COALESCE((SELECT kind FROM operation WHERE operation.registration_id = registration.id AND operation.outcome = 'A'), ''), listing.changed
    FROM listing JOIN registration ON registration.number = listing.number JOIN person ON person.id = registration.person_id;
DROP TABLE listing;
ALTER TABLE wider_listing RENAME TO listing;
CREATE INDEX listing_surname ON listing (surname, name, number);
CREATE INDEX listing_tax_code ON listing (tax_code);
CREATE INDEX listing_created ON listing (created_at, number);
CREATE INDEX listing_changed ON listing (changed);
