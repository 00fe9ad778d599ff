"""How somebody proves who she is: by an OpenID provider that the configuration names, and by nobody else."""
