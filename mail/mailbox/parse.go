package mailbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
)

// parse reads a message in UTF-8, of one part or of alternatives; attachments are passed over.
func parse(raw []byte) (Mail, error) {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, fmt.Errorf("reading headers: %w", err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		return Mail{}, fmt.Errorf("reading subject: %w", err)
	}
	m := Mail{
		From: message.Header.Get("From"), Subject: subject, Raw: raw,
		MessageID: strings.Trim(message.Header.Get("Message-ID"), "<>"),
	}
	if from, err := message.Header.AddressList("From"); err == nil && len(from) == 1 {
		m.From = from[0].Address
	}
	return m, m.readPart(textproto.MIMEHeader(message.Header), message.Body)
}

func (m *Mail) readPart(header textproto.MIMEHeader, content io.Reader) error {
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		return m.readParts(multipart.NewReader(content, parameters["boundary"]))
	}
	text, err := io.ReadAll(decoded(header.Get("Content-Transfer-Encoding"), content))
	if err != nil {
		return fmt.Errorf("reading %s: %w", kind, err)
	}
	switch kind {
	case "text/plain":
		m.Text = unixLines(text)
	case "text/html":
		m.HTML = unixLines(text)
	}
	return nil
}

func (m *Mail) readParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading parts: %w", err)
		}
		if err := m.readPart(part.Header, part); err != nil {
			return err
		}
	}
}

func decoded(encoding string, r io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, r)
	}
	return r
}

func unixLines(text []byte) string { return strings.ReplaceAll(string(text), "\r\n", "\n") }
