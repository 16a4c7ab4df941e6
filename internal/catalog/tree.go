package catalog

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tokenry/tokenry/model"
)

// node is a place in the tree of the templates of a method, one level a segment.
type node struct {
	literals map[string]*node
	mixed    []mixedEdge // the most literal text first
	param    *node
	here     *leaf // the template ends here
	rest     *leaf // {name...} follows
	restDir  *leaf // {name...}/ follows
}

// mixedEdge leads on for segments of literals and parameters.
type mixedEdge struct {
	segment segment
	to      *node
}

// leaf is the end of a template.
type leaf struct {
	route *model.Route
	bound []boundAt
}

// boundAt says where in a path a bound parameter is.
type boundAt struct {
	name       string
	to         model.Binding
	segment    int
	skip, drop int // literal text before and after it
}

// add puts a route into the tree. A template of its shape that is there already
// is an error, or stays if keep is set.
func (n *node) add(r *model.Route, bind map[string]model.Binding, keep bool) error {
	segs, err := parseTemplate(r.Path)
	if err != nil {
		return fmt.Errorf("route %s %s: %w", r.Method, r.Path, err)
	}
	l := &leaf{route: r}
	at := n
	for i := range segs {
		if err := l.bind(&segs[i], i, bind); err != nil {
			return fmt.Errorf("route %s %s: %w", r.Method, r.Path, err)
		}
		if !segs[i].rest {
			at = at.child(&segs[i])
			continue
		}
		if i == len(segs)-1 {
			return put(&at.rest, l, keep)
		}
		return put(&at.restDir, l, keep)
	}
	return put(&at.here, l, keep)
}

// put sets the end of a template.
func put(place **leaf, l *leaf, keep bool) error {
	if *place == nil {
		*place = l
	} else if !keep {
		return fmt.Errorf("route %s %s has the shape of %s", l.route.Method, l.route.Path, (*place).route.Path)
	}
	return nil
}

// bind notes the bound parameters of a segment.
func (l *leaf) bind(s *segment, at int, bind map[string]model.Binding) error {
	for _, name := range s.params {
		if bind[name] == "" {
			continue
		}
		if err := s.bindable(); err != nil {
			return err
		}
		l.bound = append(l.bound, boundAt{name, bind[name], at, len(s.literals[0]), len(s.literals[1])})
	}
	return nil
}

// child is the node after a segment, made if need be.
func (n *node) child(s *segment) *node {
	if len(s.params) == 0 {
		if n.literals == nil {
			n.literals = map[string]*node{}
		}
		text := s.literals[0]
		if n.literals[text] == nil {
			n.literals[text] = &node{}
		}
		return n.literals[text]
	}
	if s.literalLen() == 0 {
		if n.param == nil {
			n.param = &node{}
		}
		return n.param
	}
	shape := s.shape()
	for i := range n.mixed {
		if n.mixed[i].segment.shape() == shape {
			return n.mixed[i].to
		}
	}
	to := &node{}
	n.mixed = append(n.mixed, mixedEdge{*s, to})
	return to
}

// sort puts the mixed edges of the tree into the order in which they are tried.
func (n *node) sort() {
	slices.SortFunc(n.mixed, func(a, b mixedEdge) int { return precedence(&a.segment, &b.segment) })
	for _, next := range n.literals {
		next.sort()
	}
	for i := range n.mixed {
		n.mixed[i].to.sort()
	}
	if n.param != nil {
		n.param.sort()
	}
}

// precedence orders mixed segments: the most literal text first, then the longest
// literal at the start, then the fewest parameters, then by their text.
func precedence(a, b *segment) int {
	return cmp.Or(
		cmp.Compare(b.literalLen(), a.literalLen()),
		cmp.Compare(len(b.literals[0]), len(a.literals[0])),
		cmp.Compare(len(a.params), len(b.params)),
		cmp.Compare(a.shape(), b.shape()),
	)
}

// find is the best template for the segments. It visits each node at most once,
// so it is never slower than trying all templates.
func (n *node) find(segs []string) *leaf {
	if len(segs) == 0 {
		return n.here
	}
	seg := segs[0]
	if next := n.literals[seg]; next != nil {
		if l := next.find(segs[1:]); l != nil {
			return l
		}
	}
	if seg == "" {
		return nil
	}
	for i := range n.mixed {
		if n.mixed[i].segment.matches(seg) {
			if l := n.mixed[i].to.find(segs[1:]); l != nil {
				return l
			}
		}
	}
	if n.param != nil {
		if l := n.param.find(segs[1:]); l != nil {
			return l
		}
	}
	if segs[len(segs)-1] == "" {
		return n.restDir
	}
	return n.rest
}

// match reads the bound parameters from the path.
func (l *leaf) match(segs []string) Match {
	m := Match{Route: l.route}
	if len(l.bound) == 0 {
		return m
	}
	m.Bound = make([]Bound, len(l.bound))
	for i, b := range l.bound {
		seg := segs[b.segment]
		m.Bound[i] = Bound{b.name, b.to, seg[b.skip : len(seg)-b.drop]}
	}
	return m
}
