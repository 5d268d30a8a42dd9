package letter

import "io"

// OwnData is the copy of everything that is kept about a person, to be read (regulation EU 2016/679 art. 15). It holds no secret.
type OwnData struct {
	Head
	Name     string
	Number   string
	Chapters []Chapter
}

// A Chapter is a titled table of names and values; without rows it says that there is nothing.
type Chapter struct {
	Title string
	Rows  [][2]string
}

// OwnData writes the copy.
func (w *Writer) OwnData(dst io.Writer, in OwnData) error {
	s := w.begin(in.Head, "copia-dati", in.t("Copia dei dati di %s", in.Name), in.Number)
	s.letterhead()
	s.flow.Space(16)
	s.flow.Heading(1, s.title, s.t("Copia dei tuoi dati"))
	s.flow.Space(4)
	s.paragraph(s.say("Questo è tutto ciò che **%s** conserva su di te il %s. Password, PIN, codici e risposta segreta non ci sono: ne resta solo un’impronta, da cui nessuno può risalire a te.",
		in.Community, s.day(in.At))...)
	for _, c := range in.Chapters {
		rows := c.Rows
		if len(rows) == 0 {
			rows = [][2]string{{"Niente", s.t("Non c’è niente da mostrare.")}}
		}
		s.part(part{c.Title, rows})
	}
	s.section("I tuoi diritti")
	s.paragraph(s.say("Puoi chiedere di correggere ciò che è sbagliato, di limitarne l’uso, e puoi revocare le credenziali: allora i dati si cancellano.")...)
	s.paragraph(s.help()...)
	return s.end(dst)
}
