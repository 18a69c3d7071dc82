"""What templates and pages show: words for time and numbers, icons, marks, form fields."""
