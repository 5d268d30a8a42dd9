package web

import (
	"net/http"
	"net/url"

	"sportello/access"
	"sportello/area"
	"sportello/citizen"
	"sportello/community"
)

// A Portal is the face that one community shows to citizens: its name on the pages, its people, its log-in. Communities of one realm
// share people, those of different realms see nothing of each other (mission S9). Operators work at any of them.
type Portal struct {
	Address     *url.URL              // that people type; nil for the installation's own
	Communities []community.Community // the portal's own first, then those of its realm
	Citizen     *citizen.Citizen
	Access      *access.Access
	Area        *area.Area
}

// Community is the portal's own.
func (p Portal) Community() community.Community {
	if len(p.Communities) == 0 {
		return community.Community{Publisher: community.Publisher{Name: "Sportello"}, Local: community.Local{Issues: true}}
	}
	return p.Communities[0]
}

// portal is the one that answers at a host: that of the installation answers at every host that no other has.
func (s *Server) portal(host string) Portal {
	for _, p := range s.Portals {
		if p.Address.Host == host {
			return p
		}
	}
	return Portal{Communities: s.Communities, Citizen: s.Citizen, Access: s.Access, Area: s.Area}
}

// portalOf is the portal at which a request was made.
func portalOf(r *http.Request) Portal { return visitOf(r).portal }
