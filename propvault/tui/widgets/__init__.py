"""Widgets of the screens: they draw, and say in messages what a person did."""
