"""What a run is: what it gates, by whose checklist and rules, and what it may write."""
