package inbound

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mail programs write in any of them
	"golang.org/x/net/html"

	"sportello/request"
)

// A Message is what a clerk has to see of a mail. Everything in it was written by whoever sent it, but the Verdict, which is our own server's.
type Message struct {
	Key         string // the same for a second copy of the same message
	From        string // address, in lower case; "" if there is none or several
	Subject     string
	Text        string
	Cut         bool     // there was more
	Attachments []string // names of files, which are not read
	Verdict     request.Verdict
	Automatic   bool // written by a machine: a bounce, an absence note, a mailing list
}

// Bounds of what is kept of a message, in characters and pieces.
const (
	maxText        = 10_000
	maxSubject     = 200
	maxAttachments = 10
	maxParts       = 100
	maxDepth       = 8
)

// parse takes a message apart. It gives something for any bytes: what cannot be read is left out, and a clerk sees that it is cut.
func (m *Mailbox) parse(raw []byte) Message {
	x := Message{Key: keyOf(raw), Verdict: request.Unverified, Cut: len(raw) > MaxBytes}
	entity, err := message.Read(bytes.NewReader(raw))
	if entity == nil || err != nil && !message.IsUnknownCharset(err) {
		x.Text, x.Cut = clean(string(raw), maxText)
		return x
	}
	from, single := sender(entity.Header)
	x.From, x.Subject = from, headline(entity.Header)
	x.Automatic = automatic(entity.Header, from, m.Own)
	x.Verdict = m.verdict(entity.Header, from, single)
	var b body
	b.walk(entity, 0)
	x.Attachments, x.Cut = b.attachments, x.Cut || b.cut
	text := b.plain.String()
	if strings.TrimSpace(text) == "" {
		text = plainText(b.html.String())
	}
	var cut bool
	x.Text, cut = clean(text, maxText)
	x.Cut = x.Cut || cut
	return x
}

// keyOf tells a second copy: servers add lines to the header on the way, but leave Message-ID and body. Somebody else's Message-ID over another body is
// another message, so nobody can have a message of others taken for a copy.
func keyOf(raw []byte) string {
	head, content, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	if len(content) == 0 {
		head, content, _ = bytes.Cut(raw, []byte("\n\n"))
	}
	id := ""
	if parsed, err := mail.ReadMessage(bytes.NewReader(append(slices.Clip(head), "\r\n\r\n"...))); err == nil {
		id = parsed.Header.Get("Message-Id")
	}
	sum := sha256.Sum256(append([]byte(id+"\n"), bytes.TrimSpace(content)...))
	return hex.EncodeToString(sum[:])
}

// sender is the address in From, and whether there is exactly one: two are a way to show one and to be believed for the other.
func sender(h message.Header) (string, bool) {
	fields := h.FieldsByKey("From")
	n, value := 0, ""
	for fields.Next() {
		n, value = n+1, fields.Value()
	}
	list, err := mail.ParseAddressList(value)
	if n != 1 || err != nil || len(list) != 1 {
		return "", false
	}
	address, _ := clean(strings.ToLower(list[0].Address), 254)
	return strings.ReplaceAll(address, "\n", ""), true
}

func headline(h message.Header) string {
	said, err := h.Text("Subject")
	if err != nil {
		said = h.Get("Subject")
	}
	said, _ = clean(strings.Join(strings.Fields(said), " "), maxSubject)
	return said
}

// automatic tells the mails of machines, which nobody answers (RFC 3834): bounces, absence notes, lists, and what we wrote ourselves.
func automatic(h message.Header, from string, own []string) bool {
	name, _, _ := strings.Cut(from, "@")
	kind, _, _ := h.ContentType()
	auto := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted")))
	switch {
	case auto != "" && auto != "no",
		h.Get("List-Id") != "", h.Get("X-Autoreply") != "", h.Get("X-Autorespond") != "",
		slices.Contains([]string{"bulk", "junk", "list", "auto_reply"}, strings.ToLower(strings.TrimSpace(h.Get("Precedence")))),
		kind == "multipart/report", kind == "message/delivery-status",
		strings.TrimSpace(h.Get("Return-Path")) == "<>",
		slices.Contains([]string{"mailer-daemon", "postmaster", "noreply", "no-reply"}, name):
		return true
	}
	return from != "" && slices.ContainsFunc(own, func(o string) bool { return strings.EqualFold(o, from) })
}

// A body is what is found in the parts of a message.
type body struct {
	plain, html strings.Builder
	attachments []string
	parts       int
	cut         bool
}

// walk goes through the parts, no deeper and no longer than the bounds.
func (b *body) walk(e *message.Entity, depth int) {
	if b.parts++; b.parts > maxParts || depth > maxDepth {
		b.cut = true
		return
	}
	parts := e.MultipartReader()
	if parts == nil {
		b.leaf(e)
		return
	}
	for b.parts <= maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil && !message.IsUnknownCharset(err) {
			b.cut = true
			return
		}
		b.walk(part, depth+1)
	}
}

// leaf reads a text, and takes the name of anything else.
func (b *body) leaf(e *message.Entity) {
	kind, params, _ := e.Header.ContentType()
	disposition, more, _ := e.Header.ContentDisposition()
	into := map[string]*strings.Builder{"text/plain": &b.plain, "text/html": &b.html, "": &b.plain}[kind]
	if into == nil || disposition == "attachment" {
		b.attach(more["filename"], params["name"], kind)
		return
	}
	const most = 4 * maxText // bytes; HTML is longer than what it says
	text, err := io.ReadAll(io.LimitReader(e.Body, most+1))
	b.cut = b.cut || err != nil || len(text) > most
	if into.Len()+len(text) <= 2*most {
		into.Write(text[:min(len(text), most)])
		into.WriteByte('\n')
	}
}

func (b *body) attach(names ...string) {
	for _, name := range names {
		if name, _ = clean(strings.Join(strings.Fields(name), " "), 100); name == "" {
			continue
		}
		if len(b.attachments) < maxAttachments {
			b.attachments = append(b.attachments, name)
		}
		return
	}
}

// clean is text that can be shown: valid, without control characters and marks that turn its direction, no longer than most characters.
func clean(s string, most int) (string, bool) {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) {
			return r
		}
		return -1
	}, s))
	if utf8.RuneCountInString(s) <= most {
		return s, false
	}
	return string([]rune(s)[:most]), true
}

// newLine are the elements after which text goes on below.
var newLine = []string{"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote"}

// plainText is what an HTML text says; nothing of it is shown as HTML.
func plainText(s string) string {
	var b strings.Builder
	hidden := 0
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if hidden == 0 {
				b.WriteString(strings.Join(strings.Fields(html.UnescapeString(string(z.Raw()))), " ") + " ")
			}
		case html.StartTagToken:
			if name, _ := z.TagName(); slices.Contains([]string{"script", "style", "head"}, string(name)) {
				hidden++
			} else if slices.Contains(newLine, string(name)) {
				b.WriteByte('\n')
			}
		case html.SelfClosingTagToken:
			b.WriteByte('\n')
		case html.EndTagToken:
			if name, _ := z.TagName(); slices.Contains([]string{"script", "style", "head"}, string(name)) && hidden > 0 {
				hidden--
			}
		}
	}
}
