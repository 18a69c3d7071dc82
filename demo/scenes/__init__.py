"""The steps of a claim, one scene each; `demo.story` tells them in order."""
