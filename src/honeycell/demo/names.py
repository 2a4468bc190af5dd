"""Invented people and organisations: every name, address and domain here is made up (`.example`, RFC 2606)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAMILY", "GIVEN", "ORGANISATIONS", "Organisation"]

_GIVEN = """
Ana Anil Anneke Anouk Antoine Arjun Asha Astrid Bashir Beatriz Benedikt Bianca Bram Bruno Camille Carla Cédric Chidi
Chiara Claire Clemens Dalia Daniela Deniz Dieter Dilan Dorota Eamon Ebba Edda Eleni Elif Élodie Emeka Emil Erik Esmé
Esra Eszter Fadi Farah Fatima Femke Fenna Filip Finn Fiona Florian Frida Gabriela Gareth Georg Gilles Gitta Goran
Greta Gunnar Gwen Hana Hanne Harald Hélène Henrik Hugo Ibrahim Idris Ilse Imre Ines Ingrid Irena Isla Ivo Jakub Jana
Jannick Jasper Jelena João Jonas Jorge Joris Judith Kaan Karim Karolina Katja Kavya Kerstin Kieran Kofi Lars Laszlo
Leila Lena Leon Liam Lieke Linnea Lorenzo Lotte Luca Ludo Luís Maeve Magda Malik Manon Marek Margit Marta Mateo
Mathis Meera Mehmet Mirela Mirjam Moritz Nadia Naveen Nele Niamh Nils Noor Nuno Odile Olga Oskar Paolo Pascal Petra
Philippa Priya Quentin Rafael Ravi Renske Robin Rohan Rosa Ruben Ruth Saanvi Sabine Samir Sander Sanne Saskia Selma
Sigrid Silke Simone Sofie Stefan Sunita Svenja Tariq Teodor Tessa Thijs Thora Tibor Tiago Tilda Tomás Uwe Vera Viggo
Vikram Vincent Wanda Wiebke Wim Xavier Yara Yasmin Yuki Yves Zofia Zoë Zsófia
"""

_FAMILY = """
Abernathy Achterberg Adeyemi Aldous Almeida Amrani Andersson Arslan Ashgrove Aubert Bachmann Baert Banerjee Barlow
Bassett Baumann Bechtel Bellamy Berglund Bertrand Bhatt Bielak Blanchard Blom Boersma Bonnet Bosman Brandt Breuer
Brightman Broekhuis Brzezinski Buckley Cabral Calloway Cardoso Carrick Castellani Chaudhry Chevalier Cho Claesson
Cobb Colombo Corrigan Coutinho Crabtree Cvetković Dahl Dalgaard Danjuma Dashwood Deacon Delacroix Demir Desai Devlin
Dietrich Dixit Dolan Dorsey Drummond Dubois Dvořák Eberhardt Ekström Elling Engström Ermakov Espinoza Fairbairn Falk
Farrow Faulkner Fenwick Ferreira Fischbach Fontaine Forsberg Fraser Friis Gadgil Gallardo Garrick Gauthier Gerritsen
Gibbs Girard Glover Gokhale Golding Gorski Grangaard Greenhalgh Groen Grünwald Gupte Haas Haldane Hallam Hansson
Hartog Hasan Haverkamp Heaton Hedlund Heikkinen Hendry Herrera Hesse Hoekstra Hollis Horváth Huisman Ibe Iliescu
Imhof Inglis Jaarsma Jacquet Jansson Jauregui Joshi Jovanović Kalina Kamath Karlsen Kaya Keane Keller Kimathi
Kirchner Kloos Knežević Kolb Kovács Krol Kruse Kuipers Kulkarni Lachance Lambrecht Larkin Laurent Leclerc Leighton
Lemaire Lindqvist Lockhart Lopes Lovell Lund Maas Machado Madsen Magnusson Mahajan Malone Marchand Marlow Martel
Mathur Mbeki Meijer Melnyk Mercier Merkel Mistry Molenaar Moreau Mortensen Mukherjee Munro Nair Navarro Nazari
Neumann Nguema Nicolaou Nielsen Noordhoek Novák Nwosu Nygaard Oakes Oduya Okafor Oliveira Ollivier Orban Osei
Ostrowski Palmgren Parekh Pascoe Patil Pelletier Penrose Perrault Petrov Pfeiffer Pilgrim Pinto Popescu Postma
Prakash Pryce Quist Rademaker Rahman Ramires Rasmussen Ravn Reinhardt Renaud Ridley Rinaldi Roche Rosén Rousseau
Rowntree Ruiz Saarinen Sainz Sandoval Sardar Sauvage Schaefer Schouten Schreiber Sedlák Seymour Shah Shetty Silva
Sinclair Skov Sobczak Solberg Sørensen Spalding Stam Steiner Stokke Strand Sundaram Szabó Tamm Tavares Thackeray
Thibault Thorne Tichý Tiwari Tóth Traoré Tulloch Ueland Urbina Vance Vandenberg Varga Vasquez Verbeek Vermeulen
Vidal Visser Vogt Wadia Wakefield Wallin Weiss Westra Whitlock Wieczorek Wijnen Winther Wolfe Wrede Yardley Yıldız
Zamora Zeller Zielinski
"""

GIVEN, FAMILY = tuple(_GIVEN.split()), tuple(_FAMILY.split())
"""Given and family names; anybody has one of each."""


@dataclass(frozen=True)
class Organisation:
    """An organisation of the simulated world."""

    name: str
    short: str
    """First label of its main domain."""
    domains: tuple[str, ...]
    sites: tuple[int, ...]
    """Where its people work: places in `SITES`."""
    n_persons: int
    """At scale 1."""


ORGANISATIONS = (
    Organisation("Vantry Systems", "vantry", ("vantry.example", "vantry-labs.example"), (0, 1, 2, 3), 3000),
    Organisation(
        "Aldermoor Rail",
        "aldermoor",
        ("aldermoor.example", "aldermoor-rail.example", "penmarsh.example"),
        (4, 5, 6),
        2500,
    ),
    Organisation("Brightwater Freight", "brightwater", ("brightwater.example",), (1, 4), 90),
    Organisation("Kestrel Signalling", "kestrel-signalling", ("kestrel-signalling.example",), (5, 1), 120),
    Organisation("Orlova Metallurgy", "orlova", ("orlova.example",), (5,), 60),
    Organisation("Halden Power", "halden-power", ("halden-power.example",), (0,), 40),
    Organisation("Tamsin and Roe", "tamsinroe", ("tamsinroe.example",), (1,), 30),
    Organisation("Quillfeather Media", "quillfeather", ("quillfeather.example",), (6,), 30),
    Organisation("Sorrento Optics", "sorrento-optics", ("sorrento-optics.example",), (6, 0), 50),
    Organisation("Mirek Bearings", "mirek", ("mirek.example",), (5,), 70),
)
"""Us, them, then the partners."""
