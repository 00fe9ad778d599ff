"""
Does any page, asked for over HTTP as every role, or any log, tell where somebody is who hides from whom she left?

``visits`` asks the front door as a browser would, ``blocks`` reads what it answers, ``whereabouts`` says what must not
be told and finds where it is told all the same. None of them knows how a page is made, nor why something is withheld.
"""
