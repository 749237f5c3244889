"""Control models: small transformers trained and RLHF'd here, with trends planted on purpose."""
