package citizen_test

import (
	"errors"
	"strings"
	"testing"

	"sportello/citizen"
)

// What the policy refuses is said field by field, and nothing changes (F03, F04).
func TestChoice(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		token, err := h.CheckCodes(ctx, home, h.register(t, "asl").Codes)
		must(t, err)
		must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true}))
		before := h.rows(t)
		for name, tt := range map[string]struct {
			change func(*citizen.Chosen)
			fields string
		}{
			"nothing":            {func(c *citizen.Chosen) { *c = citizen.Chosen{} }, "username password question answer"},
			"tax code":           {func(c *citizen.Chosen) { c.Username = "rssmra80a01h501u" }, "username"},
			"short password":     {func(c *citizen.Chosen) { c.Password, c.Repeat = "kT9!x", "kT9!x" }, "password"},
			"common password":    {func(c *citizen.Chosen) { c.Password, c.Repeat = "passwordpassword", "passwordpassword" }, "password"},
			"own name":           {func(c *citizen.Chosen) { c.Password, c.Repeat = "rossi lampada nuvola 9", "rossi lampada nuvola 9" }, "password"},
			"repeated otherwise": {func(c *citizen.Chosen) { c.Repeat += "x" }, "repeat"},
			"endless password":   {func(c *citizen.Chosen) { c.Password = strings.Repeat("kT9 ", 5000); c.Repeat = c.Password }, "password"},
			"no question":        {func(c *citizen.Chosen) { c.Question = " " }, "question"},
			"short answer":       {func(c *citizen.Chosen) { c.Answer = "a. -" }, "answer"},
			"answer = password":  {func(c *citizen.Chosen) { c.Answer = strings.ToUpper(c.Password) }, "answer"},
		} {
			in, wrong := chosen, citizen.Choice{}
			tt.change(&in)
			if err := h.Complete(ctx, home, token, in); !errors.As(err, &wrong) {
				t.Errorf("%s: %v", name, err)
			}
			if got := fieldsOf(wrong); got != tt.fields {
				t.Errorf("%s: %q refused, want %q", name, got, tt.fields)
			}
		}
		unchanged(t, before, h.rows(t))
	})
}

func fieldsOf(c citizen.Choice) string {
	var names []string
	for _, f := range []struct{ name, text string }{
		{"username", c.Username.Text}, {"password", c.Password.Text}, {"repeat", c.Repeat.Text}, {"question", c.Question.Text}, {"answer", c.Answer.Text},
	} {
		if f.text != "" {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, " ")
}

// After an activation no row of any table holds PIN, code, password, answer or token.
func TestNoSecretInAnyRow(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		h.expectPIN(t, who, citizen.ErrCodes)
		token := h.activate(t, who, chosen)
		plain := strings.NewReplacer("-", "", " ", "")
		for name, lines := range h.rows(t) {
			text := strings.ToLower(strings.Join(lines, "\n"))
			for what, secret := range map[string]string{"PIN": who.PIN, "code": who.Code, "password": chosen.Password, "answer": chosen.Answer, "token": token} {
				if strings.Contains(text, strings.ToLower(secret)) || strings.Contains(text, strings.ToLower(plain.Replace(secret))) {
					t.Errorf("table %s holds the %s", name, what)
				}
			}
			if name == "audit" && strings.Contains(text, strings.ToLower(who.TaxCode)) {
				t.Error("the audit holds the tax code")
			}
		}
		if got := h.rows(t)["handover"]; len(got) != 1 || !strings.Contains(got[0], "sealed_pin=<nil> pin= sealed_code=<nil>") {
			t.Errorf("what was handed over is still there: %q", got)
		}
	})
}
