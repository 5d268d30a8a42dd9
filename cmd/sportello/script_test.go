package main

import (
	"bufio"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sportello": main})
}

// TestScripts runs what an administrator types.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: *update})
}

// TestServeStopsGracefully starts the real program, asks it, and sends it SIGTERM.
func TestServeStopsGracefully(t *testing.T) {
	dir := t.TempDir()
	flags := []string{"--database", filepath.Join(dir, "s.db"), "--key-file", filepath.Join(dir, "s.keys")}
	if out, err := exec.Command("sportello", append([]string{"migrate"}, flags...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	serve := exec.Command("sportello", append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)...)
	logs, err := serve.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer serve.Process.Kill()
	lines := bufio.NewScanner(logs)
	address := ""
	for address == "" && lines.Scan() {
		if _, after, found := strings.Cut(lines.Text(), `"indirizzo":"`); found {
			address, _, _ = strings.Cut(after, `"`)
		}
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 404, "/demo": 404, "/demo.json": 404} {
		answer, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s answers %d, want %d", path, answer.StatusCode, want)
		}
	}
	if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest := strings.Builder{}
	for lines.Scan() {
		rest.WriteString(lines.Text())
	}
	_, _ = io.Copy(io.Discard, logs)
	if err := serve.Wait(); err != nil {
		t.Errorf("stopped with %v", err)
	}
	if !strings.Contains(rest.String(), "fermo") {
		t.Errorf("the log does not say that everything was finished: %s", rest.String())
	}
}
