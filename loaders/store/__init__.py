"""The results folder: sets, their manifests, where they come from."""
