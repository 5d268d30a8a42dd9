package web

import (
	"net/http"

	"sportello/access"
)

// The pages of the area personale, beside areaPath.
const (
	ownDataPath     = "/area-personale/dati"
	seenPath        = "/area-personale/consultazioni"
	accessesPath    = "/area-personale/accessi"
	ownContactsPath = "/area-personale/contatti"
	newEmailPath    = "/area-personale/email"
	secretsPath     = "/area-personale/credenziali"
	ownPasswordPath = "/area-personale/password"
	ownDonePath     = "/area-personale/operazioni"
	ownCopyPath     = "/area-personale/copia"
	leavePath       = "/area-personale/revoca"
)

// areaRoutes are those of the citizen's log-in and area personale (K03).
func (s *Server) areaRoutes() []route {
	return []route{
		{"GET /accesso", s.getCitizenLogin, citizens, 0},
		{"POST /accesso", s.postCitizenLogin, citizens, 0},
		{"POST /uscita", s.postCitizenLogout, citizens, 0},
		{"GET /area-personale", s.inside(s.getArea), citizens, 0},
		{"POST /area-personale/pin", s.inside(s.postPIN), citizens, 0},
		{"POST /area-personale/sessione", s.inside(s.postCitizenSession), citizens, 0},
		{"GET /verifica-credenziali", s.inside(s.getVerify), citizens, 0},

		{"GET " + ownDataPath, s.inside(s.getOwnData), citizens, 0},
		{"GET " + ownDonePath, s.inside(s.getDone), citizens, 0},
		{"GET " + ownCopyPath, s.inside(s.getCopy), citizens, 0},
		{"POST " + ownCopyPath, s.inside(s.postCopy), citizens, 0},
		{"GET " + seenPath, s.inside(s.getSeen), citizens, 0},
		{"GET " + accessesPath, s.inside(s.getAccesses), citizens, 0},
		{"POST /area-personale/accessi/chiudi", s.inside(s.postEndSession), citizens, 0},
		{"POST /area-personale/accessi/chiudi-altri", s.inside(s.postEndOthers), citizens, 0},
		{"GET " + ownContactsPath, s.inside(s.getOwnContacts), citizens, 0},
		{"POST " + ownContactsPath, s.inside(s.postOwnContacts), citizens, 0},
		{"GET " + newEmailPath, s.inside(s.getNewEmail), citizens, 0},
		{"POST " + newEmailPath, s.inside(s.postNewEmail), citizens, 0},
		{"GET /conferma-email/{token}", s.openLink(emailCookie, confirmPath), citizens, 0},
		{"GET " + confirmPath, s.getConfirmEmail, citizens, 0},
		{"POST " + confirmPath, s.postConfirmEmail, citizens, 0},
		{"GET " + confirmPath + "/fatto", s.getEmailConfirmed, citizens, 0},
		{"GET " + secretsPath, s.inside(s.getSecrets), citizens, 0},
		{"POST /area-personale/credenziali/pin", s.inside(s.postNewPIN), citizens, 0},
		{"GET " + ownPasswordPath, s.inside(s.getOwnPassword), citizens, 0},
		{"POST " + ownPasswordPath, s.inside(s.postOwnPassword), citizens, 0},
		{"GET " + leavePath, s.inside(s.getLeavePage), citizens, 0},
		{"POST " + leavePath, s.inside(s.postLeaveNow), citizens, 0},
		{"POST /area-personale/revoca/codice", s.inside(s.postLeaveCode), citizens, 0},
		{"POST /area-personale/accessi/dimentica", s.inside(s.postForgetDevice), citizens, 0},
		{"POST /area-personale/accessi/dimentica-tutti", s.inside(s.postForgetDevices), citizens, 0},
		{"POST /area-personale/accessi/non-sono-io", s.inside(s.postDisown), citizens, 0},
	}
}

// areaPages is the menu of the area personale.
var areaPages = []Link{
	{Text: "Riepilogo", Href: areaPath},
	{Text: "I tuoi dati", Href: ownDataPath},
	{Text: "Operazioni e lettere", Href: ownDonePath},
	{Text: "Chi ha visto i tuoi dati", Href: seenPath},
	{Text: "Accessi", Href: accessesPath},
	{Text: "Password e PIN", Href: secretsPath},
}

// above are the pages of the menu below which the others stand.
var above = map[string]string{ownContactsPath: ownDataPath, newEmailPath: ownDataPath, ownCopyPath: ownDataPath, ownPasswordPath: secretsPath, leavePath: secretsPath}

// areaMenu is the menu with the page where the reader is.
func areaMenu(path string) []Link {
	menu := append([]Link(nil), areaPages...)
	for i := range menu {
		menu[i].Current = menu[i].Href == path || menu[i].Href == above[path]
	}
	return menu
}

// areaPage starts a page of the area personale, which stands below its first.
func (s *Server) areaPage(r *http.Request, st access.Standing, title string) *page {
	p := s.page(r, title)
	p.publishedBy(st.Community)
	path := []Link{{Text: "La tua area personale", Href: areaPath}}
	for _, x := range areaPages {
		if x.Href == above[r.URL.Path] {
			path = append(path, x)
		}
	}
	return p.at(path...)
}
