"""`{% load desk %}`: the addresses of the desk's own style sheet and script."""

from django import template

from madoguchi.desk.assets import desk_asset
from madoguchi.desk.rail_markup import rail_line

register = template.Library()

register.simple_tag(desk_asset, name="desk_asset")
register.simple_tag(rail_line)
