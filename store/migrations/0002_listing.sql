-- +goose Up

-- What Gestione utenti searches (001 §4.2): a narrow row beside each registration, kept by the store at the end of every act
-- that changes one. Names are folded, without spaces. changed is the number of that act in the audit, whose numbers follow the
-- order of the commits: what has changed since n is what a reader who knew everything up to n lacks.
CREATE TABLE listing (
    number     TEXT    PRIMARY KEY REFERENCES registration (number),
    realm      TEXT    NOT NULL,
    community  TEXT    NOT NULL,
    tax_code   TEXT    NOT NULL,
    surname    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    province   TEXT    NOT NULL,
    comune     TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    strong     BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    changed    BIGINT  NOT NULL
);

-- Numbers of erased registrations, and the act that erased them.
CREATE TABLE listing_gone (
    number  TEXT   PRIMARY KEY,
    changed BIGINT NOT NULL
);

INSERT INTO listing (number, realm, community, tax_code, surname, name, province, comune, state, strong, created_at, changed)
SELECT registration.number, registration.realm, registration.community, person.tax_code, replace(person.surname_folded, ' ', ''), replace(person.name_folded, ' ', ''),
    person.province, person.comune, registration.state, registration.strong, registration.created_at, 0
FROM registration JOIN person ON person.id = registration.person_id;

CREATE INDEX listing_surname ON listing (surname, name, number);
CREATE INDEX listing_tax_code ON listing (tax_code);
CREATE INDEX listing_created ON listing (created_at, number);
CREATE INDEX listing_changed ON listing (changed);
CREATE INDEX listing_gone_changed ON listing_gone (changed);

-- They served the searches alone.
DROP INDEX person_name;
DROP INDEX person_comune;
DROP INDEX registration_state;

-- All registrations of a person, rejected ones too.
CREATE INDEX registration_of ON registration (person_id);
