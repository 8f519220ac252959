"""How English days are written where a template asks for Django's format: as on the pages."""

DATE_FORMAT = "j F Y"
