package main

import (
	"testing"

	"sportello/browser"
)

// TestDemoPageInABrowser: the page of the demonstration is as accessible as the others, on a desk and on a telephone.
func TestDemoPageInABrowser(t *testing.T) {
	chromium := browser.Start(t)
	base := startDemo(t)
	for name, size := range map[string]browser.Size{"desk": browser.Desktop, "phone": browser.Phone} {
		t.Run(name, func(t *testing.T) {
			page := chromium.Open(t, base+"/demo", browser.Visitor{Size: size})
			page.MustHave("Questa è una dimostrazione")
			page.Check()
			page.CheckKeyboard()
			page.Shoot("demo-" + name)
			for _, fault := range browser.Faults(t, map[string]string{"demo": page.Source()}) {
				t.Error(fault)
			}
		})
	}
}
