"""From wishes to a plan: grades and absences, the calculation of the timetable, and changes made by hand."""
