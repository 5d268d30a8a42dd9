package web

import (
	"net/http"

	"sportello/desk"
)

// delegationRoutes are those of Modifica delega (001 §5.5).
func (s *Server) delegationRoutes() []route { return nil }

// delegationProblems are what can go wrong in Modifica delega (001 §5.5).
var delegationProblems = []problem{
	{desk.ErrColleague, http.StatusForbidden, words{},
		words{"Il delegato lavora per questo ente", "Chi lavora allo sportello di un ente non ritira lì le credenziali di un altro. Non è stato salvato niente.",
			[]string{"Il cittadino può venire di persona, o delegare qualcun altro."}}},
	{desk.ErrHabitual, http.StatusForbidden, words{},
		words{"Serve un responsabile", "Negli ultimi dodici mesi il delegato si è presentato per troppi cittadini diversi. Non è stato salvato niente.",
			[]string{"Chiamare un responsabile dell'ente: ripete l'operazione con il proprio accesso e ne scrive il motivo."}}},
	{desk.ErrReason, http.StatusUnprocessableEntity, words{},
		words{"Manca il motivo", "L'operazione chiede un motivo scritto, che resta registrato. Non è stato salvato niente.",
			[]string{"Tornare indietro, scrivere il motivo e ripetere."}}},
}
