package citizen_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sportello/access"
	"sportello/assurance"
	"sportello/audit"
	"sportello/citizen"
	"sportello/communities"
	"sportello/community"
	"sportello/credential"
	"sportello/mail"
	"sportello/registration"
	"sportello/store"
)

// From the codes to strong credentials, step by step (F01-F05, A04).
func TestActivation(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		typed := who.Codes
		typed.TaxCode, typed.Code, typed.PIN = strings.ToLower(who.TaxCode), " "+strings.ToLower(who.Code)+"\n", strings.ReplaceAll(who.PIN, "-", " ")
		token, err := h.CheckCodes(ctx, home, typed)
		must(t, err)
		for _, step := range []struct {
			at  citizen.Step
			act func() error
		}{
			{citizen.Terms, func() error {
				return h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true, Lang: "en"})
			}},
			{citizen.Choose, func() error { return h.Complete(ctx, home, token, chosen) }},
			{citizen.Done, func() error { return nil }},
		} {
			p, err := h.Procedure(ctx, token)
			if err != nil || p.Step != step.at {
				t.Fatalf("at %s (%v), want %s", p.Step, err, step.at)
			}
			must(t, step.act())
		}
		r := h.registration(t, who)
		if r.State != registration.Active || !r.Strong || !r.PINHeld || !r.ActivatedAt.Equal(*h.now) {
			t.Errorf("registration %+v", r)
		}
		p, err := h.Procedure(ctx, token)
		if err != nil || p.Username != chosen.Username || p.Ente != "ASL Città di Esempio" {
			t.Errorf("result page %+v, %v", p, err)
		}
		h.checkLogin(t, who, assurance.Level{Proofing: assurance.Strong, Authn: assurance.PasswordAndPIN})
	})
}

// checkLogin logs in with username and password, raises by PIN, and compares the level.
func (h house) checkLogin(t *testing.T, who registered, want assurance.Level) {
	t.Helper()
	token, _, err := h.access.CitizenPassword(ctx, home, access.Passport{Username: strings.ToUpper(chosen.Username), Password: chosen.Password})
	must(t, err)
	must(t, h.access.CitizenPIN(ctx, home, token, who.PIN))
	st, err := h.access.Citizen(ctx, token)
	must(t, err)
	if st.Level != want {
		t.Errorf("level %v, want %v", st.Level, want)
	}
}

// A desk that may only give weak credentials leads to an active registration that is not strong (A02, mission S3).
func TestWeakEnte(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "comune")
		h.activate(t, who, chosen)
		if r := h.registration(t, who); r.State != registration.Active || r.Strong || !r.StrongSince.IsZero() {
			t.Errorf("registration %+v", r)
		}
		h.checkLogin(t, who, assurance.Level{Proofing: assurance.Weak, Authn: assurance.PasswordAndPIN})
	})
}

// What was accepted is kept with version and fingerprint; the mail goes out in the citizen's language; no other session survives.
func TestWhatRemains(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		h.activate(t, who, chosen)
		token, _, err := h.access.CitizenPassword(ctx, home, access.Passport{Username: chosen.Username, Password: chosen.Password})
		must(t, err)
		c, _ := h.Communities.ByID(realm)
		kept := strings.Join(h.rows(t)["acceptance"], "\n")
		for _, want := range []string{"text=regolamento text_version=" + c.Terms.Version + " sha256=" + c.Terms.SHA256 + " lang=en",
			"text=informativa text_version=" + c.Privacy.Version + " sha256=" + c.Privacy.SHA256} {
			if !strings.Contains(kept, want) {
				t.Errorf("no acceptance %q in\n%s", want, kept)
			}
		}
		h.checkMails(t, who, mail.Activated)
		if *h.mails != 1 {
			t.Errorf("courier told %d times", *h.mails)
		}

		h.book(t, &who, "asl", registration.NewPIN, "pin2")
		second, err := h.CheckCodes(ctx, home, who.Codes)
		must(t, err)
		must(t, h.Accept(ctx, home, second, citizen.Acceptance{Terms: true, Privacy: true, Lang: "en"}))
		h.checkMails(t, who, mail.PINActivated)
		if _, err := h.access.Citizen(ctx, token); !errors.Is(err, access.ErrNoSession) {
			t.Errorf("a session outlived new credentials: %v", err)
		}
		h.checkLogin(t, who, assurance.Level{Proofing: assurance.Strong, Authn: assurance.PasswordAndPIN})
	})
}

func (h house) checkMails(t *testing.T, who registered, kind mail.Kind) {
	t.Helper()
	must(t, h.Store.Read(ctx, func(tx *store.Tx) error {
		mails, err := tx.MailsOf(who.op)
		if err == nil && (len(mails) != 1 || mails[0].Kind != string(kind) || mails[0].Lang != "en" || mails[0].To != "mario.rossi@posta.example") {
			t.Errorf("mails %+v", mails)
		}
		return err
	}))
}

// Without both acceptances nothing changes, and the code still works (F02).
func TestRefusal(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		token, err := h.CheckCodes(ctx, home, who.Codes)
		must(t, err)
		before := h.rows(t)
		for _, a := range []citizen.Acceptance{{}, {Terms: true}, {Privacy: true}} {
			if err := h.Accept(ctx, home, token, a); !errors.Is(err, citizen.ErrNotAccepted) {
				t.Errorf("%+v: %v", a, err)
			}
		}
		if err := h.Complete(ctx, home, token, chosen); !errors.Is(err, citizen.ErrNotYet) {
			t.Errorf("a step was jumped: %v", err)
		}
		unchanged(t, before, h.rows(t))
		h.activate(t, who, chosen)
	})
}

// Wrong inputs get one answer; a wrong PIN with the right code counts against that code, a wrong code against nobody (mission S18).
func TestWrongCodes(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		before := h.rows(t)
		for name, in := range map[string]citizen.Codes{
			"nothing":        {},
			"unknown person": {TaxCode: "VRDLGU70D15F205L", Code: who.Code, PIN: who.PIN},
			"no tax code":    {TaxCode: "RSSMRA80A01H501Z", Code: who.Code, PIN: who.PIN},
			"wrong code":     {TaxCode: who.TaxCode, Code: "0000-0000-0000", PIN: who.PIN},
		} {
			pins := h.macs.seen(credential.PurposePIN)
			if _, err := h.CheckCodes(ctx, home, in); !errors.Is(err, citizen.ErrCodes) {
				t.Errorf("%s: %v", name, err)
			}
			if n := h.macs.seen(credential.PurposePIN) - pins; n != 1 {
				t.Errorf("%s: %d PINs hashed, want 1", name, n)
			}
		}
		unchanged(t, before, h.rows(t))
		for range 5 {
			h.expectPIN(t, who, citizen.ErrCodes)
		}
		if _, err := h.CheckCodes(ctx, home, who.Codes); !errors.Is(err, citizen.ErrCodeDead) {
			t.Errorf("after five wrong PINs: %v", err)
		}
	})
}

// expectPIN gives a wrong PIN with the right code, at the cost of one hash.
func (h house) expectPIN(t *testing.T, who registered, want error) {
	t.Helper()
	in, pins := who.Codes, h.macs.seen(credential.PurposePIN)
	in.PIN = wrongPIN(who)
	if _, err := h.CheckCodes(ctx, home, in); !errors.Is(err, want) {
		t.Errorf("wrong PIN: %v, want %v", err, want)
	}
	if n := h.macs.seen(credential.PurposePIN) - pins; n != 1 {
		t.Errorf("wrong PIN: %d PINs hashed, want 1", n)
	}
}

// Four wrong PINs are forgiven.
func TestFourWrongPINs(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		for range 4 {
			h.expectPIN(t, who, citizen.ErrCodes)
		}
		h.activate(t, who, chosen)
	})
}

// An address, and a network, that tries too often waits; time releases both; other networks do not notice.
func TestTooMany(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		from := func(address string) audit.Origin { return audit.Origin{Address: address} }
		try := func(address string) error {
			_, err := h.CheckCodes(ctx, from(address), citizen.Codes{TaxCode: who.TaxCode, Code: "0000-0000-0000", PIN: "X"})
			return err
		}
		for range 10 {
			if err := try("198.51.100.1"); !errors.Is(err, citizen.ErrCodes) {
				t.Fatal(err)
			}
		}
		wait := citizen.Wait{}
		if err := try("198.51.100.1"); !errors.As(err, &wait) || wait.For <= 0 || wait.For > time.Hour || !errors.Is(err, citizen.ErrTooMany) {
			t.Errorf("an eleventh try: %v", err)
		}
		for i := range 50 {
			if err := try("198.51.100." + string(rune('2'+i/10))); !errors.Is(err, citizen.ErrCodes) {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		if err := try("198.51.100.250"); !errors.Is(err, citizen.ErrTooMany) {
			t.Errorf("a network's sixty-first try: %v", err)
		}
		if _, err := h.CheckCodes(ctx, home, who.Codes); err != nil {
			t.Errorf("the citizen pays for others: %v", err)
		}
		*h.now = h.now.Add(time.Hour + time.Second)
		if _, err := h.CheckCodes(ctx, from("198.51.100.1"), who.Codes); err != nil {
			t.Errorf("after an hour: %v", err)
		}
	})
}

// Who has the right code is told that it is dead: expired, used, or superseded.
func TestDeadCodes(t *testing.T) {
	for name, kill := range map[string]func(t *testing.T, h house, who registered){
		"expired": func(t *testing.T, h house, who registered) { *h.now = h.now.AddDate(0, 0, 61) },
		"used":    func(t *testing.T, h house, who registered) { h.activate(t, who, chosen) },
		"superseded": func(t *testing.T, h house, who registered) {
			h.book(t, &who, "asl", registration.StrongVerification, "o2")
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h house) {
				who := h.register(t, "asl")
				kill(t, h, who)
				if _, err := h.CheckCodes(ctx, home, who.Codes); !errors.Is(err, citizen.ErrCodeDead) {
					t.Errorf("right code: %v", err)
				}
				h.expectPIN(t, who, citizen.ErrCodeDead)
			})
		})
	}
}

// A desk that books anew while the citizen chooses stops the activation under way.
func TestReplacedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		token, err := h.CheckCodes(ctx, home, who.Codes)
		must(t, err)
		must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true}))
		h.book(t, &who, "asl", registration.StrongVerification, "o2")
		before := h.rows(t)
		if err := h.Complete(ctx, home, token, chosen); !errors.Is(err, citizen.ErrCodeDead) {
			t.Errorf("completed on a replaced operation: %v", err)
		}
		unchanged(t, before, h.rows(t))
		h.activate(t, who, chosen)
	})
}

// An activation lasts an hour.
func TestForgotten(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		token, err := h.CheckCodes(ctx, home, h.register(t, "asl").Codes)
		must(t, err)
		*h.now = h.now.Add(time.Hour + time.Second)
		for _, token := range []string{token, "", "invented"} {
			if _, err := h.Procedure(ctx, token); !errors.Is(err, citizen.ErrNoProcedure) {
				t.Errorf("%v", err)
			}
		}
	})
}

// Texts published anew between acceptance and choice have to be accepted again.
func TestNewTermsMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		token, err := h.CheckCodes(ctx, home, h.register(t, "asl").Codes)
		must(t, err)
		must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true}))
		renewed := *h.Citizen
		renewed.Communities = newTerms(t)
		if p, err := renewed.Procedure(ctx, token); err != nil || p.Step != citizen.Terms {
			t.Errorf("at %s, %v", p.Step, err)
		}
	})
}

// newTerms are the communities with another Regolamento.
func newTerms(t *testing.T) community.Set {
	t.Helper()
	files := fstest.MapFS{}
	must(t, fs.WalkDir(communities.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := communities.FS.ReadFile(path)
		if strings.HasSuffix(path, "regolamento.md") {
			b = append(b, "\nNuovo.\n"...)
		}
		files[path] = &fstest.MapFile{Data: b}
		return err
	}))
	set, err := community.LoadAll(files)
	must(t, err)
	return set
}
