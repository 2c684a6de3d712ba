"""`{% load desk %}`: the addresses of the desk's own style sheet and script."""

from django import template

from madoguchi.desk.assets import desk_asset

register = template.Library()

register.simple_tag(desk_asset, name="desk_asset")
