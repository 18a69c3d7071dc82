"""Notices in templates."""

from django import template

from notifications import wording

register = template.Library()
register.filter("headline", wording.headline)
register.filter("notice_icon", wording.icon_of)
