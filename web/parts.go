package web

// An Alert tells how something went: Kind is success, danger, warning or info.
type Alert struct {
	Kind, Title, Text string
}

// Role makes an alert heard: what went wrong at once, the rest when the reader pauses.
func (a Alert) Role() string {
	if a.Kind == "danger" {
		return "alert"
	}
	return "status"
}

func newAlert(kind, title, text string) Alert { return Alert{kind, title, text} }

// A Badge is a state in a word with its icon. Kind is one of badgeIcons; Text is said as it is.
type Badge struct {
	Kind, Text string
}

var badgeIcons = map[string]string{
	"neutro":      "it-info-circle",
	"registrato":  "it-user",
	"riscontrato": "it-check",
	"attivo":      "it-check-circle",
	"fatto":       "it-check-circle",
	"respinto":    "it-close-circle",
	"manca":       "it-warning-circle",
}

// Icon is the sign of the kind.
func (b Badge) Icon() string { return badgeIcons[b.Kind] }

func newBadge(kind, text string) Badge { return Badge{kind, text} }

// An Item is a row of a list of data. Code sets it in the monospaced face; Missing says that it should be there.
type Item struct {
	Label, Value  string
	Code, Missing bool
	Source        string // where the value came from
}

// A Document is a row of the print page: what it is, how far it is, one button. The button posts to a
// new tab, because the answer is a PDF.
type Document struct {
	Icon    string // "it-key"
	Title   string
	State   Badge
	When    string // beside the state
	Note    string
	Link    Link   // after the note (optional)
	Action  string // where the button posts; "" draws none
	Lang    string // of the paper, where it can be chosen
	Button  string
	Main    bool   // the one to press next
	Blocked string // id of the words that say why the button cannot be pressed
}

// A Callout stands beside the page and explains; Points may be links.
type Callout struct {
	ID, Icon, Title string
	Points          []Link
	Text            string
}

// A Pager leads through the pages of a list; a link without address is where there is none.
type Pager struct {
	Label string
	Links []Link
}

func newPager(label string, links []Link) Pager { return Pager{label, links} }
