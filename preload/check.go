package preload

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"sportello/community"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// A candidate is what a line says, and what the checks say of it.
type candidate struct {
	line      line
	person    person.Person
	community *community.Community
	pin       string // as it is hashed
	pinHash   string // once it was
	pinHeld   bool
	verified  person.Date
	state     registration.State
	strong    bool
	note      string
	remarks   []store.ImportRemark
}

func (c *candidate) remark(holds bool, code, column string) {
	if holds {
		c.remarks = append(c.remarks, store.ImportRemark{Code: code, Column: column})
	}
}

// of remarks on a value, and says of what sort it was.
func (c *candidate) of(holds bool, code, column, value string) {
	if holds {
		c.remarks = append(c.remarks, store.ImportRemark{Code: code, Column: column, Value: sort(value)})
	}
}

func (c *candidate) outcome() string { return outcomeOf(c.remarks) }

// comes tells whether the line gives a person.
func (c *candidate) comes() bool { o := c.outcome(); return o == Accepted || o == Warned }

// A checker checks the lines of one list, in their order.
type checker struct {
	who     office.Acting // for whom residences and own lines are judged
	set     community.Set
	places  *person.Places
	inRealm community.Realm
	of      community.ID // of the lines that name none
	today   person.Date
	header  header

	comuni  map[string]string // codes by sigla and folded name
	states  map[string]string // codes by folded name
	repeats *repeats
	known   map[community.ID]*community.Community
	row     map[string]string // the cells of the line under way, by column
}

func (p *Preload) newChecker(x *store.Import, who office.Acting, r *repeats) *checker {
	c := &checker{who: who, set: p.Communities, places: p.Places, inRealm: x.Realm, of: x.Community, today: person.DateOf(p.Store.Now().In(p.Zone)), header: r.header,
		comuni: map[string]string{}, states: map[string]string{}, repeats: r, known: map[community.ID]*community.Community{}, row: map[string]string{}}
	for _, province := range p.Places.Provinces() {
		for _, comune := range p.Places.Comuni(province.Sigla) {
			c.comuni[province.Sigla+store.Key(comune.Name)] = comune.Code
		}
	}
	for _, state := range p.Places.States() {
		c.states[store.Key(state.Name)] = state.Code
	}
	return c
}

// check reads a line. What it says of the database is for others to add.
func (k *checker) check(l line) *candidate {
	c := &candidate{line: l, community: &nowhere}
	if l.long {
		c.remark(true, longLine, "")
		return c
	}
	cells, ok := split(l.text, k.header.separator)
	c.line.text = ""
	c.remark(!ok, badQuotes, "")
	c.remark(ok && len(cells) != len(k.header.columns), wrongCells, "")
	if len(c.remarks) > 0 {
		return c
	}
	row := k.header.row(k.row, cells)
	k.texts(c, row)
	k.identity(c, row)
	k.residence(c, row)
	k.membership(c, row)
	c.contacts(row, k.refusedDomains(c))
	c.document(row, k.today)
	return c
}

// texts cleans every cell.
func (k *checker) texts(c *candidate, row map[string]string) {
	for _, column := range Columns {
		value, given := row[column.Name]
		if !given {
			continue
		}
		c.of(spoilt(value), badText, column.Name, value)
		row[column.Name] = clean(value)
		c.of(utf8.RuneCountInString(row[column.Name]) > column.longest, tooLong, column.Name, value)
	}
}

var taxErrors = map[error]string{person.ErrTaxCodeLength: taxLength, person.ErrTaxCodeHealth: taxHealth, person.ErrTaxCodeStructure: taxStructure,
	person.ErrTaxCodeDate: taxDate, person.ErrTaxCodeCheck: taxCheck}

func (k *checker) identity(c *candidate, row map[string]string) {
	p := &c.person
	p.Surname, p.Name = row[colSurname], row[colName]
	c.remark(p.Surname == "" && p.Name == "", noName, colSurname)
	k.taxCode(c, row[colTaxCode])
	k.birth(c, row[colBirth])
	switch sex := person.Sex(strings.ToUpper(row[colSex])); {
	case sex == person.Female || sex == person.Male:
		p.Sex = sex
	case sex == "" && p.TaxCode != "" && !p.TaxCode.Provisional():
		p.Sex = p.TaxCode.Sex()
	default:
		c.of(p.TaxCode != "", sexWrong, colSex, row[colSex])
	}
	if p.TaxCode == "" {
		return
	}
	for _, d := range p.TaxCode.Disagreements(p.Surname, p.Name, p.BirthDate, p.Sex) {
		c.remark(true, taxDisagrees, disagreeing[d])
	}
}

var disagreeing = map[person.Disagreement]string{person.SurnameDisagrees: colSurname, person.NameDisagrees: colName,
	person.BirthDateDisagrees: colBirth, person.SexDisagrees: colSex}

// taxCode also knows the code again that an earlier line had.
func (k *checker) taxCode(c *candidate, value string) {
	code, err := person.ParseTaxCode(value)
	switch {
	case value == "":
		c.remark(true, noTaxCode, colTaxCode)
		return
	case err != nil:
		for _, e := range []error{person.ErrTaxCodeLength, person.ErrTaxCodeHealth, person.ErrTaxCodeStructure, person.ErrTaxCodeDate, person.ErrTaxCodeCheck} {
			c.of(errors.Is(err, e), taxErrors[e], colTaxCode, value)
		}
		return
	}
	c.person.TaxCode = code
	c.remark(k.who.Operator.ID != "" && k.who.MayServe(code) != nil, ownCode, colTaxCode)
	c.remark(k.repeats.met(code, c.line.number), repeated, colTaxCode)
}

func (k *checker) birth(c *candidate, value string) {
	day, ok := readDate(value)
	c.of(!ok || day == "", birthWrong, colBirth, value)
	if !ok || day == "" {
		return
	}
	c.person.BirthDate = day
	c.remark(day > k.today, birthFuture, colBirth)
	c.remark(day <= k.today && day.YearsAt(k.today) > 125, birthFar, colBirth)
}

// readDate reads 1980-01-31 and 31/01/1980; empty is no day, and fine.
func readDate(value string) (day person.Date, ok bool) {
	if value == "" {
		return "", true
	}
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 {
		return "", false
	}
	if len(parts[0]) == 4 {
		slices.Reverse(parts)
	}
	day, err := person.ParseDate(parts[0], parts[1], parts[2])
	return day, err == nil
}

func (k *checker) residence(c *candidate, row map[string]string) {
	r := &c.person.Residence
	r.Address, r.Number = row[colAddress], row[colCivic]
	if strings.EqualFold(row[colComune], person.AbroadComune) {
		k.abroad(c, row)
		return
	}
	k.comune(c, row)
	if person.ValidPostalCode(row[colPostalCode]) {
		r.PostalCode = row[colPostalCode]
	} else {
		c.of(true, capWrong, colPostalCode, row[colPostalCode])
	}
	c.remark(r.Comune != "" && k.who.MayPlace(r.Province, r.Comune) != nil, outside, colComune)
}

func (k *checker) abroad(c *candidate, row map[string]string) {
	r := &c.person.Residence
	r.Province, r.Comune, r.City, r.PostalCode = person.AbroadProvince, person.AbroadComune, row[colCity], ""
	nation := strings.ToUpper(row[colNation])
	if code, ok := k.states[store.Key(row[colNation])]; ok {
		nation = code
	}
	state, ok := k.places.Latest(nation)
	r.Nation = nation
	c.remark(r.City == "" || !ok || !state.Foreign(), abroad, colNation)
}

func (k *checker) comune(c *candidate, row map[string]string) {
	province, written := strings.ToUpper(row[colProvince]), row[colComune]
	place, ok := k.places.Comune(strings.ToUpper(written))
	if !ok {
		place, ok = k.places.Comune(k.comuni[province+store.Key(written)])
	}
	switch {
	case !ok:
		c.of(true, noComune, colComune, written)
	case !place.Exists():
		c.remark(true, ceasedComune, colComune)
	case province != "" && province != place.Province:
		c.remark(true, otherProvince, colProvince)
	default:
		c.person.Residence.Comune, c.person.Residence.Province = place.Code, place.Province
	}
}

// yes reads sì or no; empty is no.
func yes(cell string) (holds, told bool) {
	switch strings.ToLower(cell) {
	case "s", "si", "sì", "y":
		return true, true
	case "", "n", "no":
		return false, true
	}
	return false, false
}

// standing is how far the old archive had brought the registration. The two strong ones are legacy, and come by lists alone (mission S2): the
// ente that did the riscontro de visu imports them.
func (k *checker) standing(c *candidate, row map[string]string) {
	c.state = registration.State(strings.ToLower(row[colState]))
	if c.state == "" {
		c.state = registration.Verified
	}
	seen := c.state == registration.Verified
	c.of(!seen && c.state != registration.Registered, stateWrong, colState, row[colState])
	c.remark(c.state == registration.Registered && (c.pinHeld || row[colVerified] != ""), stateUnseen, colState)
	var told bool
	c.strong, told = yes(row[colStrong])
	c.of(!told, strongWrong, colStrong, row[colStrong])
	c.remark(c.strong && (k.who.Ente.Issues != office.IssuesStrong || k.who.Ente.PINOnly), strongWeak, colStrong)
	c.remark(c.strong && seen, strongOld, colStrong)
	c.remark(c.strong && !seen, strongUnseen, colStrong)
}

// membership is community, PIN and what the desk shall know.
func (k *checker) membership(c *candidate, row map[string]string) {
	id := community.ID(strings.ToLower(row[colCommunity]))
	if id == "" {
		id = k.of
	}
	of, ok := k.community(id)
	c.remark(!ok || of.Realm != k.inRealm, noCommunity, colCommunity)
	if !ok {
		return
	}
	c.community = of
	born := c.person.BirthDate
	c.remark(born != "" && born <= k.today && born.YearsAt(k.today) < of.Desk.MinimumAge, minor, colBirth)
	c.note = row[colNote]
	c.verified = c.day(row, colVerified, k.today)
	if c.pin = credential.Normalize(of.Codes.PIN, row[colPIN]); c.pin != "" {
		c.of(!drawn(of.Codes.PIN, c.pin), pinWrong, colPIN, row[colPIN])
	}
	var told bool
	c.pinHeld, told = yes(row[colPINHeld])
	c.of(!told, heldWrong, colPINHeld, row[colPINHeld])
	c.pinHeld = c.pinHeld || c.pin != ""
	k.standing(c, row)
}

// nowhere is the community of a line that names none that exists.
var nowhere community.Community

// community finds one, which lines share.
func (k *checker) community(id community.ID) (*community.Community, bool) {
	if of, ok := k.known[id]; ok {
		return of, true
	}
	of, ok := k.set.ByID(id)
	if ok {
		k.known[id] = &of
	}
	return &of, ok
}

// drawn tells whether a PIN could be one of the format.
func drawn(f community.CodeFormat, pin string) bool {
	return len(pin) == f.Length && strings.Trim(pin, f.Alphabet) == ""
}

// day reads a date that is not needed: one that is wrong, or to come, is left out.
func (c *candidate) day(row map[string]string, column string, latest person.Date) person.Date {
	day, ok := readDate(row[column])
	if !ok || latest != "" && day > latest {
		c.of(true, dateWrong, column, row[column])
		return ""
	}
	return day
}

func (k *checker) refusedDomains(c *candidate) []string { return c.community.RefusedMail() }

func (c *candidate) contacts(row map[string]string, refusedDomains []string) {
	to := person.Contacts{Email: row[colEmail], Phone: row[colPhone], Mobile: row[colMobile]}
	if to.Email != "" {
		wrong := to.Problems(refusedDomains)
		c.of(slices.Contains(wrong, person.EmailMalformed), emailWrong, colEmail, to.Email)
		c.remark(slices.Contains(wrong, person.EmailRefused), emailRefused, colEmail)
		if len(wrong) > 0 {
			to.Email = ""
		}
	}
	c.person.Contacts = to
}

func (c *candidate) document(row map[string]string, today person.Date) {
	kind := person.DocumentKind(strings.ToLower(strings.ReplaceAll(row[colDocKind], "’", "'")))
	if kind == "" && row[colDocNumber] == "" {
		return
	}
	if !slices.Contains(c.community.Documents, string(kind)) {
		c.of(c.community.ID != "", docKindWrong, colDocKind, row[colDocKind])
		return
	}
	c.person.Document = person.Document{Kind: kind, Number: person.NormalizeNumber(row[colDocNumber]), Issuer: row[colDocIssuer],
		IssuedOn: c.day(row, colDocIssued, today), ExpiresOn: c.day(row, colDocExpires, "")}
}
