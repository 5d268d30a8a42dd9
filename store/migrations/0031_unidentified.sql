-- +goose Up

-- Who registered from home and was never identified is forgotten after a time: few at any moment, among many.
CREATE INDEX registration_unidentified ON registration (realm, created_at) WHERE state = 'registrato';
