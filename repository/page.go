package repository

import (
	"strings"
	"time"

	"gorm.io/gorm"
)

// Page is the part of a list that is asked for.
type Page struct {
	Limit int
	After *Position // nil for the first page
	Desc  bool      // turned round
}

// Position is a place in an ordered list: a row's value of what it is ordered
// by, and its id.
type Position struct {
	Time time.Time // for orders by time
	Text string    // for the order by name
	ID   string
}

// byCreation orders by age and takes the page.
func (p Page) byCreation(db *gorm.DB) *gorm.DB {
	if p.After != nil {
		db = db.Where("(created_at, id) "+p.beyond()+" (?, ?)", p.After.Time, p.After.ID)
	}
	return db.Order("created_at" + p.direction() + ", id" + p.direction()).Limit(p.Limit)
}

func (p Page) beyond() string {
	if p.Desc {
		return "<"
	}
	return ">"
}

func (p Page) direction() string {
	if p.Desc {
		return " DESC"
	}
	return ""
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
