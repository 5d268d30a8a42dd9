package assurance_test

import (
	"errors"
	"testing"

	"sportello/assurance"
	"sportello/community"
	"sportello/person"
)

func TestNeeds(t *testing.T) {
	tax := community.Service{Proofing: "debole", Authn: "password"}
	doctor := community.Service{Proofing: "debole", Authn: "password e PIN"}
	health := community.Service{Proofing: "forte", Authn: "password e PIN", StrongFrom: "2014-05-02"}
	fse := community.Service{Proofing: "forte", Authn: "carta"}
	for _, tt := range []struct {
		level   assurance.Level
		service community.Service
		day     person.Date
		want    assurance.Reason
	}{
		{assurance.Level{assurance.Weak, assurance.Password}, tax, "2026-11-22", assurance.Enough},
		{assurance.Level{assurance.Weak, assurance.Password}, doctor, "2026-11-22", assurance.NeedsPIN},
		{assurance.Level{assurance.Weak, assurance.PasswordAndPIN}, doctor, "2026-11-22", assurance.Enough},
		{assurance.Level{assurance.Weak, assurance.PasswordAndPIN}, health, "2014-05-01", assurance.Enough},
		{assurance.Level{assurance.Weak, assurance.PasswordAndPIN}, health, "2014-05-02", assurance.NeedsDesk},
		{assurance.Level{assurance.Strong, assurance.Password}, health, "2026-11-22", assurance.NeedsPIN},
		{assurance.Level{assurance.Strong, assurance.PasswordAndPIN}, health, "2026-11-22", assurance.Enough},
		{assurance.Level{assurance.Strong, assurance.PasswordAndPIN}, fse, "2026-11-22", assurance.NeedsCard},
		{assurance.Level{assurance.Strong, assurance.Card}, fse, "2026-11-22", assurance.Enough},
	} {
		if got, err := tt.level.Needs(tt.service, tt.day); err != nil || got != tt.want {
			t.Errorf("%v for %v on %s: %v %v, want %v", tt.level, tt.service, tt.day, got, err, tt.want)
		}
	}
	if _, err := (assurance.Level{}).Needs(community.Service{Proofing: "media"}, ""); !errors.Is(err, assurance.ErrUnknownName) {
		t.Error(err)
	}
}
