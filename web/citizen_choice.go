package web

import (
	"errors"
	"net/http"

	"sportello/citizen"
	"sportello/registration"
)

// ownQuestion is the choice of a question that the citizen writes.
const ownQuestion = "propria"

// choiceTitles say what is chosen (F07).
var choiceTitles = map[registration.Kind]string{
	registration.Verification:       "Scegli username e password",
	registration.StrongVerification: "Scegli username e password",
	registration.Reset:              "Scegli username e password nuovi",
}

func choiceForm(r *http.Request, p citizen.Procedure) *Form {
	v, policy := visitOf(r), p.Community.Password
	name := &Section{Legend: "Username", Fields: []*Field{
		{Name: "username", Label: "Username", Autocomplete: "username", MaxLength: 100,
			Help: v.T("Da %d a %d caratteri: lettere senza accento, cifre, punti e trattini. Comincia con una lettera. Non usare il codice fiscale.", policy.UsernameMin, policy.UsernameMax)},
	}}
	if p.Operation.Kind == registration.Reset {
		name.Note = v.T("Lo username di prima (%s) smette di valere e non può tornare: scegline uno diverso.", p.Username)
	}
	rules := v.T("Almeno %d caratteri. Vanno bene tre o quattro parole che non c'entrano tra loro, con spazi. Non usare il tuo nome, lo username, date o password molto comuni.", policy.MinLength)
	if policy.Classes > 0 {
		rules += " " + v.T("Servono almeno %d tipi di carattere tra lettere minuscole, lettere maiuscole, cifre e altri segni.", policy.Classes)
	}
	f := &Form{Action: stepPaths[citizen.Choose], Intro: "Tutti i campi sono obbligatori, tranne quelli facoltativi.", Submit: "Attiva le credenziali",
		Sections: []*Section{name, {Legend: "Password", Note: rules, Fields: []*Field{
			{Kind: Password, Name: "password", Label: "Password", Autocomplete: "new-password"},
			{Kind: Password, Name: "ripeti-password", Label: "Ripeti la password", Autocomplete: "new-password", Reveal: "Mostra la password ripetuta"},
		}}}}
	if p.Community.Question.Asked {
		f.Sections = append(f.Sections, questionSection(p.Community.Question.Proposed))
	}
	return f
}

func questionSection(proposed []string) *Section {
	var options []Option
	for _, q := range proposed {
		options = append(options, Option{q, q})
	}
	options = append(options, Option{ownQuestion, "Scrivo io la domanda"})
	return &Section{Legend: "Domanda segreta", Note: "Serve se un giorno dimentichi la password. La risposta deve essere facile da ricordare per te e difficile da indovinare per gli altri.",
		Fields: []*Field{
			{Kind: Select, Name: "domanda", Label: "Domanda", Options: options},
			{Name: "domanda-propria", Label: "La tua domanda", Optional: true, MaxLength: 120, Help: "Solo se hai scelto «Scrivo io la domanda»."},
			{Kind: Password, Name: "risposta", Label: "Risposta", MaxLength: 120, Reveal: "Mostra la risposta", Help: "Maiuscole, accenti e punteggiatura non contano."},
		}}
}

var choiceMissing = map[string]string{
	"username":        "Scegli uno username.",
	"password":        "Scegli una password.",
	"ripeti-password": "Scrivi la password una seconda volta.",
	"domanda":         "Scegli una domanda, o scrivine una tua.",
	"risposta":        "Scrivi la risposta.",
}

func (s *Server) getChoice(w http.ResponseWriter, r *http.Request, p citizen.Procedure) error {
	return s.showChoice(w, r, p, choiceForm(r, p))
}

func (s *Server) showChoice(w http.ResponseWriter, r *http.Request, a citizen.Procedure, f *Form) error {
	p := s.page(r, choiceTitles[a.Operation.Kind]).withErrors(f)
	p.Steps = Steps{stepNames(a.Rule), 3}
	p.publishedBy(a.Community)
	p.Data = f
	if len(p.Errors) > 0 {
		f.tellSecretsGone()
	}
	return s.show(w, "citizen_choice", p)
}

// tellSecretsGone says beside the secrets that they were not written back, for safety.
func (f *Form) tellSecretsGone() {
	for _, x := range f.fields() {
		if x.Kind == Password && x.Error == "" {
			x.Warning = "Per sicurezza va scritta di nuovo."
		}
	}
}

// chosenIn is what the form holds; the question is the one proposed or the citizen's own.
func chosenIn(f *Form) citizen.Chosen {
	in := citizen.Chosen{Username: f.Value("username"), Password: f.Value("password"), Repeat: f.Value("ripeti-password")}
	if f.asks("domanda") {
		in.Question, in.Answer = f.Value("domanda"), f.Value("risposta")
		if in.Question == ownQuestion {
			in.Question = f.Value("domanda-propria")
		}
	}
	return in
}

// postChoice ends the activation (F03, F04).
func (s *Server) postChoice(w http.ResponseWriter, r *http.Request, p citizen.Procedure) error {
	f := choiceForm(r, p)
	if err := f.Fill(r); err != nil {
		return err
	}
	if f.asks("domanda") && f.Value("domanda") == "" && f.Value("domanda-propria") != "" {
		f.Field("domanda").Value = ownQuestion // who writes one means it
	}
	f.require(choiceMissing)
	if f.asks("domanda") && f.Value("domanda") == ownQuestion {
		f.require(map[string]string{"domanda-propria": "Scrivi la tua domanda."})
	}
	if !f.Check() {
		wrong, err := portalOf(r).Citizen.Refusals(r.Context(), p, chosenIn(f))
		if err != nil {
			return err
		}
		f.refuse(visitOf(r), wrong)
		return s.showChoice(w, r, p, f)
	}
	err := portalOf(r).Citizen.Complete(r.Context(), originOf(r), s.cookie(r, activationCookie), chosenIn(f))
	if wrong := (citizen.Choice{}); errors.As(err, &wrong) {
		f.refuse(visitOf(r), wrong)
		return s.showChoice(w, r, p, f)
	}
	if err != nil {
		return err
	}
	return s.onward(r)
}

// refuse puts what the policy says beside each field.
func (f *Form) refuse(v *visit, wrong citizen.Choice) {
	for _, x := range []struct {
		name  string
		words citizen.Words
	}{
		{"username", wrong.Username}, {"password", wrong.Password}, {"ripeti-password", wrong.Repeat}, {"domanda", wrong.Question}, {"risposta", wrong.Answer},
	} {
		if x.words.Text != "" {
			f.Fail(x.name, v.T(x.words.Text, x.words.Numbers...))
		}
	}
}
