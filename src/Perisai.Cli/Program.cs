return Perisai.Cli.Commands.PerisaiCommand.Run(args);
