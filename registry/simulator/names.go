package simulator

// An origin is where names come from and where people who bear them are born. Names and surnames are
// common ones, put together by chance: a combination is nobody.
type origin struct {
	weight   int // in a hundred
	born     []string
	surnames []string
	female   []string
	male     []string
}

var origins = []origin{
	{
		weight: 84,
		born: []string{
			"L219", "L219", "L219", "D205", "A182", "A479", "A859", "F952", "L750", "L746",
			"H501", "F205", "F839", "G273", "D969", "A662", "C351", "H224", "D643", "L736",
		},
		surnames: []string{
			"Rossi", "Ferrero", "Giordano", "Bruno", "Gallo", "Ferrari", "Bianco", "Rosso", "Marino", "Costa",
			"Barbero", "Fasano", "Martini", "Colombo", "Russo", "Esposito", "Romano", "Ricci", "Greco", "Conti",
			"De Luca", "Mancini", "Lombardi", "Moretti", "Barbieri", "Fontana", "Santoro", "Mariani", "Rinaldi",
			"Caruso", "Ferraro", "Fabbri", "Testa", "Grasso", "Pellegrino", "Palumbo", "Sanna", "Negro", "Ghibaudo",
			"D'Angelo", "D'Amico", "Dell'Orto", "Lo Presti", "La Rosa", "Di Stefano", "Dalla Costa", "Nicolò",
			"Viganò", "Cantù", "Scalabrò", "Fo", "Re", "Aimar", "Peyron", "Quaglia", "Zanone", "Vassallo", "Merlo",
			"Bosio", "Cerrato", "Dutto", "Einaudi Rosso", "Fornero", "Gribaudo", "Musso", "Oddone", "Perotti",
		},
		female: []string{
			"Maria", "Anna", "Giulia", "Francesca", "Laura", "Paola", "Elena", "Chiara", "Sara", "Martina",
			"Maria Teresa", "Anna Rita", "Rosa", "Lucia", "Giovanna", "Caterina", "Margherita", "Eva", "Noemi",
			"Silvia", "Federica", "Alessandra", "Beatrice", "Ilaria", "Zoè", "Maria José", "Luisa", "Carla", "Ada",
		},
		male: []string{
			"Mario", "Giuseppe", "Giovanni", "Luca", "Marco", "Andrea", "Alessandro", "Francesco", "Paolo", "Pietro",
			"Gian Luca", "Pier Paolo", "Niccolò", "Nicolò", "Ugo", "Bartolomeo", "Carlo Alberto", "Davide", "Enrico",
			"Fabrizio", "Giacomo", "Lorenzo", "Matteo", "Michele", "Riccardo", "Roberto", "Stefano", "Tommaso", "Ivo",
		},
	},
	{
		weight:   5,
		born:     []string{"Z129"},
		surnames: []string{"Popescu", "Ionescu", "Dumitru", "Stănescu", "Ciobanu", "Țurcanu", "Munteanu"},
		female:   []string{"Elena", "Ioana", "Mihaela", "Crina Ștefania"},
		male:     []string{"Andrei", "Gheorghe", "Ștefan", "Ion"},
	},
	{
		weight:   4,
		born:     []string{"Z330", "Z336"},
		surnames: []string{"El Amrani", "Benali", "Haddad", "Aït Lahcen", "Mansour", "Idrissi"},
		female:   []string{"Fatima Zahra", "Amina", "Khadija", "Yasmine"},
		male:     []string{"Mohamed", "Youssef", "Omar", "Abdel Karim"},
	},
	{
		weight:   3,
		born:     []string{"Z210"},
		surnames: []string{"Hu", "Xu", "Li", "Chen", "Zhang"},
		female:   []string{"Li", "Mei", "Xiao Yan"},
		male:     []string{"Wei", "Bo", "Jian Guo"},
	},
	{
		weight:   2,
		born:     []string{"Z110", "Z112"},
		surnames: []string{"Müller", "Lefèvre", "Weiß", "D'Aubigné", "Schröder", "Saint-Clair"},
		female:   []string{"Anne-Sophie", "Zoë", "Marie-Ève", "Hélène"},
		male:     []string{"Jürgen", "François", "Jean-Noël", "Karl"},
	},
	{
		weight:   2,
		born:     []string{"Z611", "Z602"},
		surnames: []string{"Quispe Huamán", "Núñez", "Da Silva", "Gonçalves", "Rodríguez Peña"},
		female:   []string{"María del Pilar", "Luz", "Conceição"},
		male:     []string{"José Luis", "João", "Ángel"},
	},
}

var streets = []string{
	"Via Roma", "Corso Vittorio Emanuele II", "Via Giuseppe Garibaldi", "Piazza della Libertà", "Via Cesare Battisti",
	"Via XX Settembre", "Strada Provinciale per Ivrea", "Frazione San Nicolò", "Borgata Ca' Bianca", "Via Sant'Anna",
	"Corso Torino", "Vicolo dell'Olmo", "Viale dei Mille", "Regione Prà d'Oro", "Via Primo Levi", "Via Camillo Cavour",
}

var civicNumbers = []string{"1", "3", "8", "12", "15", "21", "27", "34", "46", "58", "102", "12/A", "7 bis", "5 int. 3", "19/B sc. C int. 14"}

// A foreignHome is where people live who left (mission D07).
type foreignHome struct{ address, number, city, nation, postalCode string }

var foreignHomes = []foreignHome{
	{"Rue de la République", "14", "Lyon", "Francia", "69002"},
	{"Bahnhofstraße", "3", "Zürich", "Svizzera", "8001"},
	{"Kings Road", "221", "London", "Regno Unito", "SW3 5EJ"},
	{"Avenida Corrientes", "1500", "Buenos Aires", "Argentina", "C1042"},
	{"Lindenallee", "40", "Köln", "Germania", "50667"},
}

// A province weighs as much as people live there, roughly, in a hundred.
type province struct {
	code    string
	weight  int
	capital string // Belfiore code
}

var piemonte = []province{
	{"TO", 52, "L219"},
	{"CN", 14, "D205"},
	{"AL", 10, "A182"},
	{"NO", 8, "F952"},
	{"AT", 5, "A479"},
	{"BI", 4, "A859"},
	{"VC", 4, "L750"},
	{"VB", 3, "L746"},
}
