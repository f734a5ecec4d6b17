namespace Perisai.Engine.Containers.AutoIt;

/// <summary>The bytes with which what is stored was combined.</summary>
internal interface IKeystream
{
    byte Next();
}
