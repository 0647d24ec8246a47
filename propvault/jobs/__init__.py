"""Use cases as generators of events; whatever changes a vault or looks at pixels is one."""
