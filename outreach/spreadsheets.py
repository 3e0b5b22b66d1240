"""Spreadsheets in: CSV and XLSX as rows of text and times, with their numbers."""
