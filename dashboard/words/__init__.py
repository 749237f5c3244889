"""Findings in sentences. Pure text: no Streamlit, no figures."""
