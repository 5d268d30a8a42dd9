package pdf

import (
	"encoding/binary"
	"unicode/utf16"
)

// sRGB is the colour profile of IEC 61966-2-1 as an ICC version 4 display profile: three primaries
// adapted to D50 and the standard's own curve, so that no file needs to be licensed for it.
var sRGB = makeProfile()

type profileTag struct {
	name string
	data []byte
}

func makeProfile() []byte {
	curve := iccCurve(2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)
	tags := []profileTag{
		{"desc", iccText("sRGB IEC61966-2.1")},
		{"cprt", iccText("Public domain")},
		{"wtpt", iccNumbers("XYZ ", 0.9642, 1, 0.8249)},
		{"chad", iccNumbers("sf32", 1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01708, -0.00925, 0.01508, 0.75168)},
		{"rXYZ", iccNumbers("XYZ ", 0.43607, 0.22249, 0.01392)},
		{"gXYZ", iccNumbers("XYZ ", 0.38515, 0.71687, 0.09708)},
		{"bXYZ", iccNumbers("XYZ ", 0.14307, 0.06061, 0.71410)},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	}
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var body []byte
	for _, t := range tags {
		table = append(table, t.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(128+4+12*len(tags)+len(body)))
		table = binary.BigEndian.AppendUint32(table, uint32(len(t.data)))
		body = append(body, t.data...)
		body = append(body, make([]byte, -len(body)&3)...)
	}
	return append(append(iccHeader(128+len(table)+len(body)), table...), body...)
}

func iccHeader(size int) []byte {
	h := make([]byte, 128)
	binary.BigEndian.PutUint32(h, uint32(size))
	binary.BigEndian.PutUint32(h[8:], 0x04200000)
	copy(h[12:], "mntrRGB XYZ ")
	for i, v := range []uint16{2026, 1, 1} { // the profile's own date
		binary.BigEndian.PutUint16(h[24+2*i:], v)
	}
	copy(h[36:], "acsp")
	copy(h[68:], iccNumbers("", 0.9642, 1, 0.8249)[4:])
	return h
}

// iccNumbers is a signature, four reserved bytes and s15Fixed16 numbers.
func iccNumbers(signature string, values ...float64) []byte {
	b := append([]byte(signature), 0, 0, 0, 0)
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(v*65536+0.5*sign(v))))
	}
	return b
}

func sign(v float64) float64 {
	if v < 0 {
		return -1
	}
	return 1
}

// iccCurve is a parametric curve of type 3: (aX+b)^g above d, cX below.
func iccCurve(g, a, b, c, d float64) []byte {
	numbers := iccNumbers("", g, a, b, c, d)[4:]
	return append([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), numbers...)
}

func iccText(s string) []byte {
	text := utf16.Encode([]rune(s))
	b := []byte("mluc\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0cenUS")
	b = binary.BigEndian.AppendUint32(b, uint32(2*len(text)))
	b = binary.BigEndian.AppendUint32(b, 28)
	for _, u := range text {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return b
}
