package audit

import (
	"fmt"
	"runtime"
)

// Fault is what may be kept of a panic, in a record or a log: the text of a run-time error, otherwise the type alone, because the
// value could hold somebody's data.
func Fault(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}
