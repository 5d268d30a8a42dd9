package web

func exportForm(search, wrong string) *Form { return nil }
