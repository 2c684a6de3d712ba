"""Tables: CSV and XLSX read line by line within bounds, and written so that a spreadsheet is safe."""
